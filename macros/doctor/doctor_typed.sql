{#- A source expression as staging would read it: typed, an empty text as null. -#}
{% macro doctor_typed(expression, data_type) %}
    {%- if expression is none -%}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {%- elif data_type == 'varchar' -%}
        {{ return("nullif(trim(cast(" ~ expression ~ " as " ~ dbt.type_string() ~ ")), '')") }}
    {%- endif -%}
    {{ return(covey.try_cast(expression, data_type)) }}
{% endmacro %}
