{#- True for a row of a base table whose value in `column` did not parse. -#}
{% macro did_not_parse(column) -%}
    (' ' || unparsable_columns) like '% {{ column }} %'
{%- endmacro %}
