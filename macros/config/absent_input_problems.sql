{#- Without orders and without web events there is nobody to segment. -#}
{% macro absent_input_problems() %}
    {%- if covey.is_input_mapped('orders') or covey.is_input_mapped('web_events') -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return([
        'Neither orders nor web_events is mapped, so there is nobody to segment. Set '
        ~ 'covey_orders_relation or covey_web_events_relation in the vars of your dbt_project.yml; '
        ~ '`covey doctor` (or `dbt run-operation covey_doctor`) proposes a mapping.'
    ]) }}
{% endmacro %}
