{#- The relation of the warehouse with these parts, whatever the case of its name, or none. -#}
{% macro find_relation(parts) %}
    {%- set found = adapter.get_relation(database=parts[0], schema=parts[1],
        identifier=parts[2]) -%}
    {%- if found -%}
        {{ return(found) }}
    {%- endif -%}
    {%- for name in covey.names_in_schema(parts[0], parts[1])
        if name | lower == parts[2] | lower -%}
        {{ return(api.Relation.create(database=parts[0], schema=parts[1], identifier=name)) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}
