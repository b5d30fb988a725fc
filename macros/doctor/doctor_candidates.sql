{#- The tables an unmapped input may be read from: the sources, models, seeds and snapshots of the
    project that is run, and every table of `schemas`. What is mapped already and what covey itself
    makes is left out. Each is {name, text: what to read, paste: what to write into the var, label}. -#}
{% macro doctor_candidates(schemas) %}
    {%- set mapped = [] -%}
    {%- for input in covey.input_names() if covey.is_input_mapped(input) -%}
        {%- do mapped.append(covey.input_relation(input) | string) -%}
    {%- endfor -%}
    {%- set made_here = [] -%}
    {%- for node in graph.nodes.values() if node.package_name == 'covey' and node.relation_name -%}
        {%- do made_here.append(node.relation_name | lower) -%}
    {%- endfor -%}
    {%- set seen = {} -%}
    {%- set found = [] -%}
    {%- for node in graph.sources.values() if node.package_name != 'covey' -%}
        {%- set call = "source('" ~ node.source_name ~ "', '" ~ node.name ~ "')" -%}
        {%- do found.append({
            'name': node.identifier or node.name, 'text': source(node.source_name, node.name)
                | string,
            'paste': '"{{ ' ~ call ~ ' }}"', 'label': call, 'jinja': '{{ ' ~ call ~ ' }}'
        }) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values()
        if node.resource_type in ('model', 'seed', 'snapshot') and node.package_name != 'covey'
        and node.config.materialized != 'ephemeral'
        and '.covey.' not in node.depends_on.nodes | join(' ') -%}
        {%- set call = "ref('" ~ node.package_name ~ "', '" ~ node.name ~ "')" -%}
        {%- do found.append({
            'name': node.alias or node.name, 'text': node.relation_name,
            'paste': '"{{ ' ~ call ~ ' }}"', 'label': call, 'jinja': '{{ ' ~ call ~ ' }}'
        }) -%}
    {%- endfor -%}
    {%- for schema in schemas -%}
        {%- for name in covey.names_in_schema(target.database, schema) -%}
            {%- set written = covey.doctor_identifier(schema) ~ '.'
                ~ covey.doctor_identifier(name) -%}
            {%- do found.append({
                'name': name,
                'text': api.Relation.create(database=target.database, schema=schema,
                    identifier=name) | string,
                'paste': "'" ~ written ~ "'" if '"' in written else written, 'label': written,
                'jinja': written
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set candidates = [] -%}
    {%- for table in found
        if table.text not in mapped and table.text not in seen
            and table.text | lower not in made_here -%}
        {%- do seen.update({table.text: true}) -%}
        {%- do candidates.append(table) -%}
    {%- endfor -%}
    {{ return(candidates) }}
{% endmacro %}
