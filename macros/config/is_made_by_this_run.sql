{#- True when the run that starts makes the relation, or one that a select names: what the warehouse
    has of it now says nothing about what the models will read. -#}
{% macro is_made_by_this_run(relation) %}
    {%- for unique_id in selected_resources or [] if unique_id in graph.nodes -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- if node.resource_type in ('model', 'seed', 'snapshot') and node.relation_name
            and node.relation_name in relation | string -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}
