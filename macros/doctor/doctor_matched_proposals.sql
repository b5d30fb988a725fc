{#- input -> proposal for the inputs that no preset fills, by the names, types and values of the tables
    that no preset knows. The best pair of input and table is taken first; each is used once. -#}
{% macro doctor_matched_proposals(tables, inputs, contract, sample_rows, unread) %}
    {%- if not inputs or not tables | rejectattr('presets', 'defined') | list -%}
        {{ return({}) }}
    {%- endif -%}
    {%- set index = covey.doctor_index() -%}
    {%- set pairs = [] -%}
    {%- set by_table = {} -%}
    {%- for table in tables if not table.get('presets') -%}
        {%- do covey.doctor_reads(table.text, table.label) -%}
        {%- set facts = covey.doctor_profile(table.text, table.columns, table.types,
            sample_rows) -%}
        {%- set matches = covey.doctor_match_table(table.name, facts, index, contract, inputs) -%}
        {%- do by_table.update({loop.index0: {'table': table, 'matches': matches}}) -%}
        {%- set position = loop.index0 -%}
        {%- for input, match in matches.items() if match.fit >= covey.doctor_bounds().table_fit
            and (match.named >= 0.5 or match.columns | length >= 4) -%}
            {%- do pairs.append([match.fit, input, position]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set proposals = {} -%}
    {%- set used = [] -%}
    {%- for pair in pairs | sort(reverse=true) -%}
        {%- set found = by_table[pair[2]] -%}
        {%- if pair[1] not in proposals and pair[2] not in used -%}
            {%- do used.append(pair[2]) -%}
            {%- do proposals.update({pair[1]: {
                'input': pair[1], 'how': none, 'fit': pair[0], 'parts': [{
                    'table': found.table, 'relation': none, 'missing': [], 'note': none,
                    'columns': covey.doctor_matched_columns(
                        pair[1], found.matches[pair[1]].columns, index.names[pair[1]],
                            contract[pair[1]]
                    )
                }]
            }}) -%}
        {%- elif pair[2] not in used -%}
            {%- do proposals[pair[1]].update({
                'others': proposals[pair[1]].get('others', []) + [found.table.label]
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(proposals) }}
{% endmacro %}
