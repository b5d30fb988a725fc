{#- A grid that the seed rfm_grids does not have. Its YAML lists the grids: a seed may not be loaded yet. -#}
{% macro rfm_grid_problems(given=none) %}
    {%- set grids = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'test' and node.attached_node == 'seed.covey.rfm_grids'
        and node.column_name == 'grid' and node.test_metadata.name == 'accepted_values' -%}
        {%- do grids.extend(node.test_metadata.kwargs['values']) -%}
    {%- endfor -%}
    {%- set grid = covey.rfm_settings(given).grid -%}
    {{ return([
        'covey_rfm.grid is ' ~ grid ~ ', which the seed rfm_grids does not have. Did you mean "'
        ~ covey.closest_name(grid, grids) ~ '"?'
    ] if grids and grid not in grids else []) }}
{% endmacro %}
