{#- The texts of all the conditions that hold, of [condition, text] pairs, one after the other. Most rows
    meet none, and pay for no more than asking. -#}
{% macro text_of_cases(cases) -%}
    {%- if cases -%}
    case
                when
                    {%- for condition, _ in cases %}
                    {{ 'or ' if not loop.first }}({{ condition }})
                    {%- endfor %}
                    then
                        {%- for condition, text in cases %}
                        {{ '|| ' if not loop.first }}case when {{ condition }} then '{{ text }};' else '' end
                        {%- endfor %}
                else ''
            end
    {%- else -%}
    cast('' as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
