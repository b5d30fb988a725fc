{#- spelling -> [its words, whether it is their own spelling], from doctor_words. -#}
{% macro doctor_lexicon() %}
    {%- set lexicon = {} -%}
    {%- set own = {} -%}
    {%- for meaning, spellings in covey.doctor_words().items() -%}
        {%- set words = meaning.split(' ') -%}
        {%- for word in words -%}
            {%- do own.update({word: [[word], true]}) -%}
        {%- endfor -%}
        {%- for spelling in spellings if spelling not in lexicon -%}
            {%- do lexicon.update({spelling: [words, false]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do lexicon.update(own) -%}
    {{ return(lexicon) }}
{% endmacro %}
