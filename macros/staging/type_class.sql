{#- text, number, date, timestamp (without zone), instant (with zone), boolean or other: what kind of
    values a column type of any warehouse holds. -#}
{% macro type_class(data_type) %}
    {%- set name = data_type | lower -%}
    {%- if '[' in name or 'struct' in name or 'map(' in name -%}
        {{ return('other') }}
    {%- elif name.startswith('timestamp') or name.startswith('datetime') -%}
        {{ return('instant' if 'tz' in name.replace('ntz', '') or 'with time zone' in name
            else 'timestamp') }}
    {%- elif name == 'date' -%}
        {{ return('date') }}
    {%- elif name.startswith('bool') -%}
        {{ return('boolean') }}
    {%- elif 'char' in name or name in ['text', 'string'] -%}
        {{ return('text') }}
    {%- else -%}
        {%- for number in ['int', 'dec', 'num', 'double', 'float', 'real'] if number in name -%}
            {%- if name != 'interval' -%} {{ return('number') }} {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return('other') }}
{% endmacro %}
