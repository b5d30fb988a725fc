{#- What the names are compared with, prepared once: the lexicon, each alias as words, and the aliases
    by the words they hold. -#}
{% macro doctor_index() %}
    {%- set lexicon = covey.doctor_lexicon() -%}
    {%- set names = covey.doctor_names() -%}
    {%- set aliases = [] -%}
    {%- set by_word = {} -%}
    {%- for input, entry in names.items() -%}
        {%- for column, phrases in entry.columns.items() -%}
            {%- for phrase in phrases -%}
                {%- set words = covey.doctor_tokens(phrase, lexicon)[0] -%}
                {%- for word in words -%}
                    {%- do by_word.setdefault(word, []).append(aliases | length) -%}
                {%- endfor -%}
                {%- do aliases.append({
                    'input': input, 'column': column, 'words': words, 'phrase': phrase,
                    'light': entry.own_words, 'factor': 1 - 0.01 * loop.index0
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({
        'lexicon': lexicon, 'names': names, 'aliases': aliases, 'by_word': by_word, 'scored': {}
    }) }}
{% endmacro %}
