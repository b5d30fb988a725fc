{#- input -> {things: {"features": [...], ...}, tables: [...]}: what the absence of each input switches
    off. Features, triggers and the like are the rows of seeds with a column source_inputs; tables the
    nearest public models downstream of base_<input> in the lineage, those about the inputs aside. -#}
{% macro doctor_switched_off(inputs) %}
    {%- set off = {} -%}
    {%- for input in inputs -%}
        {%- do off.update({input: {'things': {}, 'tables': []}}) -%}
    {%- endfor -%}
    {%- set children = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model'
        and node.package_name == 'covey' -%}
        {%- for parent in node.depends_on.nodes -%}
            {%- do children.setdefault(parent, []).append(node) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for seed in graph.nodes.values()
        if seed.resource_type == 'seed' and 'source_inputs' in seed.columns -%}
        {%- set kind = seed.name | replace('_catalog', '') -%}
        {%- set kind = kind if kind.endswith('s') else kind ~ 's' -%}
        {%- set rows = covey.doctor_seed_rows(seed) -%}
        {%- if rows is none -%}
            {%- for input in inputs -%}
                {%- do off[input].things.update({kind: ['(dbt seed --select ' ~ seed.name
                    ~ ' lets doctor list them)']}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- for row in rows or [] -%}
            {%- for input in (row.source_inputs or '').split('|') if input in off -%}
                {%- do off[input].things.setdefault(kind, []).append(row.thing) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for input in inputs -%}
        {%- set ns = namespace(todo=['model.covey.base_' ~ input], seen=[]) -%}
        {%- for step in range(1000) if ns.todo -%}
            {%- set parent = ns.todo.pop() -%}
            {%- for node in children.get(parent, []) if node.unique_id not in ns.seen
                and 'inputs' not in node.fqn and 'quality' not in node.fqn -%}
                {%- do ns.seen.append(node.unique_id) -%}
                {%- if node.config.access == 'public' or node.access == 'public' -%}
                    {%- do off[input].tables.append(node.name) -%}
                {%- else -%}
                    {%- do ns.todo.append(node.unique_id) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do off[input].update({'tables': off[input].tables | sort}) -%}
    {%- endfor -%}
    {{ return(off) }}
{% endmacro %}
