{#- The table that the business edits: the relation that covey_<name>_relation names, else the seed
    <name>. -#}
{% macro edited_table(name) -%}
    {{ var('covey_' ~ name ~ '_relation') or ref(name) }}
{%- endmacro %}
