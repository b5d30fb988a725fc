{#- The key of an edge of the identity graph; node_a does not come after node_b. -#}
{% macro edge_id(input, match_method, node_a, node_b) -%}
    {{ dbt.hash(
                input ~ " || '|' || " ~ match_method ~ " || '|' || " ~ node_a ~ " || '|' || " ~ node_b
            ) }}
{%- endmacro %}
