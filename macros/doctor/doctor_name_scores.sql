{#- input -> canonical column -> [score, alias] of a source column by its name alone. -#}
{% macro doctor_name_scores(name, index) %}
    {%- if name in index.scored -%}
        {{ return(index.scored[name]) }}
    {%- endif -%}
    {%- set tokens = covey.doctor_tokens(name, index.lexicon) -%}
    {%- set scores = {} -%}
    {%- set seen = [] -%}
    {%- for word in tokens[0] -%}
        {%- for position in index.by_word.get(word, []) if position not in seen -%}
            {%- do seen.append(position) -%}
            {%- set alias = index.aliases[position] -%}
            {%- set score = covey.doctor_overlap(tokens[0], alias.words, alias.light)
                * alias.factor * tokens[1] -%}
            {%- set columns = scores.setdefault(alias.input, {}) -%}
            {%- if score >= 0.4 and score > columns.get(alias.column, [0])[0] -%}
                {%- do columns.update({alias.column: [score, alias.phrase]}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do index.scored.update({name: scores}) -%}
    {{ return(scores) }}
{% endmacro %}
