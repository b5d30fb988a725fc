{#- True or false from a boolean, 0 and 1, or the usual words; null for anything else. -#}
{% macro parse_boolean(expression, source) %}
    {%- if source == 'boolean' -%}
        {{ return(expression) }}
    {%- elif source == 'number' -%}
        {{ return('case when ' ~ expression ~ ' = 1 then true when ' ~ expression
            ~ ' = 0 then false end') }}
    {%- endif -%}
    {%- set text = 'lower(cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ '))' -%}
    {%- set yes = ['true', 't', 'yes', 'y', 'on', '1', '1.0', 'x', 'ja', 'oui', 'si'] -%}
    {%- set no = ['false', 'f', 'no', 'n', 'off', '0', '0.0', 'nein', 'non'] -%}
    {{ return('case when ' ~ covey.is_one_of(text, yes) ~ ' then true when '
        ~ covey.is_one_of(text, no) ~ ' then false end') }}
{% endmacro %}
