{#- No row has a null in any of `columns`: one scan, where not_null would take one a column. -#}
{% test never_null(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where
    {% for column in columns -%}
    {{ 'or ' if not loop.first }}{{ column }} is null
    {% endfor %}
{% endtest %}
