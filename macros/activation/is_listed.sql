{#- True where a text is one of those that a cell of a seed joins by |. -#}
{% macro is_listed(word, cell) -%}
    {{ dbt.position("'|' || " ~ word ~ " || '|'", "'|' || " ~ cell ~ " || '|'") }} > 0
{%- endmacro %}
