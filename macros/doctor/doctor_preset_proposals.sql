{#- input -> proposal for the inputs that a preset can fill from these tables. A preset table is there
    when all columns of its signature are; of two that a table fits the longer signature wins; of two
    presets for one input the first in doctor_presets. -#}
{% macro doctor_preset_proposals(tables, inputs, contract) %}
    {%- set proposals = {} -%}
    {%- for preset in covey.doctor_presets() -%}
        {%- set fits = {} -%}
        {%- for table in tables -%}
            {%- set best = namespace(entry=none, length=0) -%}
            {%- for entry in preset.tables -%}
                {%- set absent = entry.signature | reject('in', table.columns) | list -%}
                {%- set foreign = entry.get('without', []) | select('in', table.columns) | list -%}
                {%- if not absent and not foreign and entry.signature | length > best.length -%}
                    {%- set best.entry = entry -%}
                    {%- set best.length = entry.signature | length -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if best.entry -%}
                {%- do fits.setdefault(best.entry.input, []).append({'table': table,
                    'entry': best.entry}) -%}
                {%- do table.update({'presets': table.get('presets', []) + [[preset.title,
                    best.length]]}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for input, parts in fits.items() if input in inputs and input in contract -%}
            {%- set built = [] -%}
            {%- for part in parts -%}
                {%- set shards = part.entry.get('shards') -%}
                {%- set sharded = shards and modules.re.match(shards, part.table.name) -%}
                {%- set shard = built | selectattr('sharded') | list -%}
                {%- if sharded and shard and not shard[0].relation -%}
                    {%- do shard[0].update({'note': 'This is one of several tables with a day each: map a '
                        ~ 'view or model over all of them.'}) -%}
                {%- elif not (sharded and shard) -%}
                    {%- do built.append(covey.doctor_preset_part(preset, part, tables,
                        contract[input], sharded)) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- set usable = built | rejectattr('missing') | list -%}
            {%- set length = built | map(attribute='length') | max -%}
            {%- if usable and (input not in proposals
                or (proposals[input].parts[0].table.text == usable[0].table.text
                    and length > proposals[input].length)) -%}
                {%- do proposals.update({input: {
                    'input': input, 'how': preset.title, 'parts': usable, 'length': length,
                    'source_system': preset.get('source_system')
                }}) -%}
            {%- elif usable and usable[0].table.text not in proposals[input].parts
                | map(attribute='table')
                | map(attribute='text') | list -%}
                {%- set other = usable[0].table.label ~ ' (' ~ preset.title ~ ')' -%}
                {%- do proposals[input].update({'others': proposals[input].get('others',
                    []) + [other]}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(proposals) }}
{% endmacro %}
