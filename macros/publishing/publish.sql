{#- The statement that publishes the warehouse at the end of a run, where covey_publish_path names a
    file. The plugin does it on the connection of the run: no other process can open the file yet. -#}
{% macro publish() %}
    {%- if execute and var('covey_publish_path') and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- set nodes = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- set columns = {} -%}
            {%- for name, column in node.columns.items() -%}
                {%- do columns.update({name: {'meta': {'pii': column.meta.get('pii')}}}) -%}
            {%- endfor -%}
            {%- do nodes.append({
                'resource_type': node.resource_type,
                'database': node.database,
                'schema': node.schema,
                'alias': node.alias,
                'config': {'access': node.config.access, 'schema': node.config.schema},
                'columns': columns,
            }) -%}
        {%- endfor -%}
        {%- set outcomes = [] -%}
        {%- for result in results -%}
            {%- do outcomes.append(
                {'unique_id': result.node.unique_id, 'status': result.status | string}
            ) -%}
        {%- endfor -%}
        select covey_publish(
            '{{ dbt.escape_single_quotes(var("covey_publish_path")) }}',
            '{{ dbt.escape_single_quotes(tojson(nodes)) }}',
            '{{ dbt.escape_single_quotes(tojson(outcomes)) }}'
        ) as published
    {%- endif -%}
{% endmacro %}
