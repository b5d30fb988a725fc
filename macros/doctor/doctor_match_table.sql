{#- input -> the best mapping of one table to it: {columns: canonical -> {source, score, alias}, fit}.
    Each source column is used once, the surest pair first. `fit` is 0 where a required column (or one
    of several) is not found, and else grows with the certainty of the required columns, the likeness of
    the table's name and the share of its columns that the mapping explains. -#}
{% macro doctor_match_table(name, facts, index, contract, inputs) %}
    {%- set table_words = covey.doctor_tokens(name, index.lexicon)[0] -%}
    {%- set pairs = {} -%}
    {%- for key, fact in facts.items() -%}
        {%- set scores = covey.doctor_name_scores(fact.name, index) -%}
        {%- for input in inputs -%}
            {%- for column, found in scores.get(input, {}).items() if column in contract[input] -%}
                {%- set values = covey.doctor_fit_of_values(column, contract[input][column].type,
                    fact) -%}
                {%- do pairs.setdefault(input, []).append([found[0] * values, column, key,
                    found[1]]) -%}
            {%- endfor -%}
            {%- if fact.email is not none and fact.email is defined and fact.email > 0.9
                and 'email' in contract[input] -%}
                {%- do pairs.setdefault(input, []).append([0.76, 'email', key, 'email']) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set matches = {} -%}
    {%- for input, found in pairs.items() -%}
        {%- set entry = index.names[input] -%}
        {%- set columns = {} -%}
        {%- set used = [] -%}
        {%- for pair in found | sort(reverse=true) if pair[0] >= 0.5 -%}
            {%- if pair[1] not in columns and pair[2] not in used -%}
                {%- do columns.update({pair[1]: {
                    'source': facts[pair[2]].name, 'score': pair[0], 'alias': pair[3],
                        'fact': facts[pair[2]]
                }}) -%}
                {%- do used.append(pair[2]) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set need = namespace(total=0, found=0, missing=[]) -%}
        {%- for column, terms in contract[input].items()
            if terms.need == 'required' and column not in entry.get('assumed', {})
                and column != 'identifier_type' -%}
            {%- set need.total = need.total + 1 -%}
            {%- if column in columns -%}
                {%- set need.found = need.found + columns[column].score -%}
            {%- else -%}
                {%- do need.missing.append(column) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set named = namespace(best=0) -%}
        {%- for phrase in entry.tables -%}
            {%- set likeness = covey.doctor_overlap(
                table_words, covey.doctor_tokens(phrase, index.lexicon)[0]
            ) -%}
            {%- set named.best = [named.best, likeness] | max -%}
        {%- endfor -%}
        {%- set one_of = entry.get('one_of', []) -%}
        {%- set identified = not one_of or (one_of | select('in', columns) | list) -%}
        {%- set fit = 0 -%}
        {%- if not need.missing and identified and need.total -%}
            {%- set fit = 0.5 * need.found / need.total + 0.35 * named.best
                + 0.15 * used | length / facts | length -%}
        {%- endif -%}
        {%- do matches.update({input: {
            'columns': columns, 'fit': fit, 'missing': need.missing, 'named': named.best
        }}) -%}
    {%- endfor -%}
    {{ return(matches) }}
{% endmacro %}
