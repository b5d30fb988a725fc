{#- The words of a compound that is written as one ("auftragsdatum", "firstname"), or the word itself. -#}
{% macro doctor_split_word(word, lexicon) %}
    {%- for length in range(word | length - 1, 2, -1) if word[:length] in lexicon -%}
        {%- for link in ['', 's', 'n', 'en', 'e'] if word[length:].startswith(link) -%}
            {%- set rest = word[length + link | length:] -%}
            {%- if not rest -%}
                {{ return(lexicon[word[:length]][0]) }}
            {%- endif -%}
            {%- if rest in lexicon -%}
                {{ return(lexicon[word[:length]][0] + lexicon[rest][0]) }}
            {%- endif -%}
            {%- set parts = covey.doctor_split_word(rest, lexicon) if rest | length >= 5
                else [rest] -%}
            {%- if parts != [rest] -%}
                {{ return(lexicon[word[:length]][0] + parts) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return([word]) }}
{% endmacro %}
