{#- The id_type, source_system or id_value of an identity node. Only the value may hold a colon. -#}
{% macro node_part(node, part) -%}
    {%- if part == 'id_type' -%}
        {{ dbt.split_part(node, "':'", 1) }}
    {%- elif part == 'source_system' -%}
        {{ dbt.split_part(node, "':'", 2) }}
    {%- elif part == 'id_value' -%}
        substr(
            {{ node }},
            length({{ dbt.split_part(node, "':'", 1) }})
            + length({{ dbt.split_part(node, "':'", 2) }})
            + 3
        )
    {%- else -%}
        {{ exceptions.raise_compiler_error('a node has no part ' ~ part) }}
    {%- endif -%}
{%- endmacro %}
