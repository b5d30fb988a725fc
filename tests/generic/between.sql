{#- `column_name` lies between `lowest` and `highest`, both included; null passes. -#}
{% test between(model, column_name, lowest, highest) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} < {{ lowest }} or {{ column_name }} > {{ highest }}
{% endtest %}
