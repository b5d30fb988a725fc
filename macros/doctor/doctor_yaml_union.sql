{#- One input of several tables: a select of their rows under canonical names, so that no column is left
    to map. -#}
{% macro doctor_yaml_union(input, parts, contract) %}
    {%- set lines = ['  covey_' ~ input ~ '_relation: |', '    ('] -%}
    {%- set names = [] -%}
    {%- for name in contract -%}
        {%- for part in parts if name in part.columns and part.columns[name].sure
            and name not in names -%}
            {%- do names.append(name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for part in parts -%}
        {%- do lines.append('        select') -%}
        {%- for name in names -%}
            {%- set expression = part.columns[name].expression if name in part.columns
                else 'null' -%}
            {%- do lines.append(
                '            ' ~ expression ~ (' as ' ~ name if expression != name else '')
                ~ (',' if not loop.last else '')
            ) -%}
        {%- endfor -%}
        {%- set relation = (part.relation or part.table.jinja).strip().split('\n') -%}
        {%- do lines.append('        from ' ~ relation[0] ~ (' as input_rows'
            if relation | length == 1 else '')) -%}
        {%- for line in relation[1:] -%}
            {%- do lines.append('        ' ~ line ~ (' as input_rows' if loop.last else '')) -%}
        {%- endfor -%}
        {%- if not loop.last -%}
            {%- do lines.append('        union all') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do lines.append('    )') -%}
    {{ return(lines) }}
{% endmacro %}
