{#- Prints the mapping of each preset as Markdown, for docs/map-your-data.md: what doctor proposes where
    the tables are sources named after the preset. Reads no table. -#}
{% macro covey_presets() %}
    {%- set contract = covey.contract_columns() -%}
    {%- set lines = [] -%}
    {%- for preset in covey.doctor_presets() -%}
        {%- set tables = covey.doctor_preset_tables(preset) -%}
        {%- set proposals = covey.doctor_preset_proposals(tables, contract.keys() | list,
            contract) -%}
        {%- do lines.extend(['### ' ~ preset.title, '', 'Known by:', '']) -%}
        {%- for entry in preset.tables -%}
            {%- do lines.append(
                '- `' ~ entry.input ~ '` from `' ~ entry.names | join('`, `') ~ '`: the columns `'
                ~ entry.signature | join('`, `') ~ '`'
            ) -%}
        {%- endfor -%}
        {%- do lines.extend(['', '```yaml']) -%}
        {%- do lines.extend(covey.doctor_yaml(proposals, contract)) -%}
        {%- do lines.extend(['```', '']) -%}
    {%- endfor -%}
    {%- do print(lines | join('\n')) -%}
{% endmacro %}
