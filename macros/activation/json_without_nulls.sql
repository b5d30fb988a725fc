{#- A JSON object without the entries whose value is null, so that none overwrites what a tool has.
    `entries`: name to an expression of a text; in `raw`, of JSON. -#}
{% macro json_without_nulls(entries, raw={}) -%}
    '{' || substr(
            {%- for name, expression in entries.items() %}
            case when {{ expression }} is null then '' else ',"{{ name }}":' || {{ covey.json_string(expression) }} end
            {{- ' ||' if not loop.last or raw }}
            {%- endfor %}
            {%- for name, expression in raw.items() %}
            coalesce(',"{{ name }}":' || {{ expression }}, '')
            {{- ' ||' if not loop.last }}
            {%- endfor %},
            2
        ) || '}'
{%- endmacro %}
