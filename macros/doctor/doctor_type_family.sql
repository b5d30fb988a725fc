{#- What kind of value a column type holds: text, integer, number, time, boolean or other. -#}
{% macro doctor_type_family(data_type) %}
    {%- set type = data_type | lower -%}
    {%- if '[' in type or type.startswith(('struct', 'map', 'array', 'record', 'json', 'variant',
        'super', 'list', 'object', 'union')) -%}
        {{ return('other') }}
    {%- elif 'bool' in type -%}{{ return('boolean') }}
    {%- elif 'timestamp' in type or 'date' in type -%}{{ return('time') }}
    {%- elif 'char' in type or 'text' in type or 'string' in type
        or 'uuid' in type -%}{{ return('text') }}
    {%- elif 'int' in type and 'interval' not in type -%}{{ return('integer') }}
    {%- elif modules.re.match('number|numeric|decimal|double|float|real|bignumeric', type) -%}
        {{ return('number') }}
    {%- endif -%}
    {{ return('other') }}
{% endmacro %}
