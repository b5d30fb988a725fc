{#- One table as a preset maps it: {table, relation: what stands after `from`, columns: canonical ->
    {expression, sure}, missing: required columns that nothing fills}. Of several source columns for one
    canonical column the first that the table has is taken. -#}
{% macro doctor_preset_part(preset, part, tables, contract, sharded) %}
    {%- set table = part.table -%}
    {%- set entry = part.entry -%}
    {%- set relation = namespace(text=none) -%}
    {%- set present = (table.columns.keys() | list) + entry.get('adds', []) -%}
    {%- set missing = [] -%}
    {%- if entry.get('relation') -%}
        {%- set relation.text = entry.relation | replace('{this}', table.jinja) -%}
        {%- for name, signature in entry.get('joins', {}).items() -%}
            {%- set joined = namespace(table=none) -%}
            {%- for other in tables
                if other.name | lower == name and not (signature | reject('in', other.columns)
                    | list) -%}
                {%- set joined.table = other -%}
            {%- endfor -%}
            {%- if joined.table -%}
                {%- set relation.text = relation.text | replace('{' ~ name
                    ~ '}', joined.table.jinja) -%}
            {%- else -%}
                {%- do missing.append('the table ' ~ name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- elif sharded -%}
        {%- set relation.text = covey.doctor_shards(table) -%}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for name, choices in entry.columns.items() if name in contract -%}
        {%- for choice in ([choices] if choices is string else choices) if name not in columns -%}
            {%- set read = covey.expression_columns(choice) or [] -%}
            {%- if not (read | reject('in', present) | list) -%}
                {%- set plain = modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*', choice) -%}
                {%- set written = covey.doctor_identifier(table.columns.get(choice, choice))
                    if plain else choice -%}
                {%- if plain and contract[name].type == 'timestamp' and choice in table.types
                    and covey.doctor_type_family(table.types[choice]) in ('integer', 'number') -%}
                    {%- set written = covey.epoch_to_timestamp(written, 1) -%}
                {%- endif -%}
                {%- do columns.update({name: {'expression': written, 'sure': true}}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, terms in contract.items() if terms.need == 'required' and name not in columns -%}
        {%- do missing.append(name) -%}
    {%- endfor -%}
    {{ return({
        'table': table, 'relation': relation.text, 'columns': columns, 'missing': missing,
        'note': entry.get('note'), 'sharded': sharded | default(false, true),
            'length': entry.signature | length
    }) }}
{% endmacro %}
