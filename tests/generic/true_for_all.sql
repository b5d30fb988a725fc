{#- `expression` holds in every row; null counts as a breach. -#}
{% test true_for_all(model, expression) %}
select *
from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
