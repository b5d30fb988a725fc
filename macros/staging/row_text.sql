{#- Columns as one text in which equal rows are equal and nulls differ from empty texts. -#}
{% macro row_text(columns) -%}
    {%- for column in columns %}
        {{ '|| ' if not loop.first }}coalesce(
            '=' || cast({{ column }} as {{ dbt.type_string() }}), '-'
        ) || chr(31)
    {%- else -%}
    ''
    {%- endfor -%}
{%- endmacro %}
