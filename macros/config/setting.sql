{#- The value of a var that shapes the SQL while dbt parses, where no check has run yet: values of a
    wrong kind stop the parsing with all of them named. -#}
{% macro setting(name) %}
    {%- set problems = covey.var_type_problems() -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(
            'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
        ) }}
    {%- endif -%}
    {{ return(var(name)) }}
{% endmacro %}
