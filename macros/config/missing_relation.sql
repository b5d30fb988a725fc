{#- What describe_relation answers for a relation that is not there. -#}
{% macro missing_relation(parts) %}
    {%- for node in graph.nodes.values()
        if node.resource_type in ('model', 'seed', 'snapshot')
        and node.alias | lower == parts[2] | lower and node.schema | lower == parts[1] | lower -%}
        {{ return({'status': 'unbuilt', 'name': parts | join('.')}) }}
    {%- endfor -%}
    {%- set names = covey.names_in_schema(parts[0], parts[1]) -%}
    {{ return({
        'status': 'missing',
        'name': parts | join('.'),
        'closest': covey.closest_name(parts[2], names) if names else none
    }) }}
{% endmacro %}
