{#- input -> proposal of columns for the inputs whose relation is mapped and whose columns are not yet,
    by names, types and values. -#}
{% macro doctor_column_proposals(mapped, contract, sample_rows) %}
    {%- set proposals = {} -%}
    {%- for input, entry in mapped.items()
        if entry.status == 'wrong' and not var('covey_' ~ input ~ '_columns', none) -%}
        {%- set index = covey.doctor_index() -%}
        {%- do covey.doctor_reads(entry.text, input) -%}
        {%- set facts = covey.doctor_profile(entry.text, entry.columns, entry.types,
            sample_rows) -%}
        {%- set match = covey.doctor_match_table(input, facts, index, contract,
            [input]).get(input) -%}
        {%- if match -%}
            {%- do proposals.update({input: {
                'input': input, 'how': none, 'fit': match.fit, 'parts': [{
                    'table': {'label': entry.text, 'paste': none}, 'relation': none,
                    'missing': match.missing, 'note': none,
                    'columns': covey.doctor_matched_columns(
                        input, match.columns, index.names[input], contract[input]
                    )
                }]
            }}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(proposals) }}
{% endmacro %}
