{#- canonical -> {expression, sure, score} of a matched table: counts since 1970 become times, levels of
    a category tree are put in order, and what no column holds but has to be there is assumed. -#}
{% macro doctor_matched_columns(input, matched, names, contract) %}
    {%- set columns = {} -%}
    {%- for name in contract if name in matched -%}
        {%- set match = matched[name] -%}
        {%- set written = covey.doctor_identifier(match.source) -%}
        {%- set per_second = covey.doctor_epoch(match.fact) if contract[name].type == 'timestamp'
            else none -%}
        {%- do columns.update({name: {
            'expression': covey.epoch_to_timestamp(written, per_second) if per_second else written,
            'sure': match.score >= covey.doctor_bounds().column_score, 'score': match.score
        }}) -%}
    {%- endfor -%}
    {%- set levels = ['category_l1', 'category_l2', 'category_l3'] | select('in', matched)
        | list -%}
    {%- set ranked = [] -%}
    {%- for level in levels -%}
        {%- set tokens = covey.doctor_tokens(matched[level].source, covey.doctor_lexicon())[0] -%}
        {%- do ranked.append([
            3 if 'sub' in tokens else 0 if 'department' in tokens or 'main' in tokens else 1,
            tokens | join(' '), columns[level]
        ]) -%}
    {%- endfor -%}
    {%- for entry in ranked | sort(attribute='1') | sort(attribute='0') -%}
        {%- do columns.update({'category_l' ~ loop.index: dict(entry[2], sure=true)}) -%}
    {%- endfor -%}
    {%- for name, value in names.get('assumed', {}).items() if name in contract
        and name not in columns -%}
        {%- do columns.update({name: {'expression': value, 'sure': true, 'assumed': true}}) -%}
    {%- endfor -%}
    {%- if 'identifier' in matched and 'identifier_type' not in columns -%}
        {%- set alias = matched.identifier.alias -%}
        {%- set kind = 'email' if 'email' in alias else 'phone' if 'phone' in alias
            else 'loyalty_number' if 'loyalty' in alias else 'user_id' if 'user' in alias
            else 'device_id' if 'device' in alias else 'anonymous_id' if 'anonymous' in alias
            else 'customer_id' -%}
        {%- do columns.update({'identifier_type': {'expression': "'" ~ kind
            ~ "'", 'sure': true, 'assumed': true}}) -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
