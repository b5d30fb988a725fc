{#- What kind of value a column type holds: text, integer, number, time, boolean or other. -#}
{% macro doctor_type_family(data_type) %}
    {%- set class = covey.type_class(data_type) -%}
    {%- if class in ['date', 'timestamp', 'instant'] -%}
        {{ return('time') }}
    {%- elif class == 'number' and 'int' in data_type | lower -%}
        {{ return('integer') }}
    {%- elif data_type | lower == 'uuid' -%}
        {{ return('text') }}
    {%- endif -%}
    {{ return(class) }}
{% endmacro %}
