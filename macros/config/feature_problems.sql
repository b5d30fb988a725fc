{#- What the warehouse does not have of the features of one's own: columns of their models, the table of
    their catalog. What the run makes is looked at when it is made. -#}
{% macro feature_problems() %}
    {%- set models = var('covey_feature_models') or {} -%}
    {%- set relation = var('covey_feature_catalog_relation') -%}
    {%- set problems = [] -%}
    {%- if flags.EMPTY -%}
        {{ return(problems) }}
    {%- endif -%}
    {%- for node in graph.nodes.values()
        if node.name in models and node.package_name == project_name and node.relation_name
        and node.resource_type in ('model', 'seed', 'snapshot')
        and node.unique_id not in selected_resources -%}
        {%- do problems.extend(
            covey.feature_column_problems(node.name, models[node.name], node.relation_name)
        ) -%}
    {%- endfor -%}
    {%- if relation and not covey.is_made_by_this_run(relation) -%}
        {%- do problems.extend(covey.catalog_column_problems(relation)) -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
