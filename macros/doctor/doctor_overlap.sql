{#- How much two lists of words have in common, 0 to 1 (Dice). `light` words count a fifth: in an
    orders table "order date" and "date" are nearly the same. -#}
{% macro doctor_overlap(words, others, light=[]) %}
    {%- set ns = namespace(shared=0, total=0) -%}
    {%- for word in words -%}
        {%- set weight = 0.2 if word in light else 1 -%}
        {%- set ns.total = ns.total + weight -%}
        {%- if word in others -%}
            {%- set ns.shared = ns.shared + weight -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for word in others -%}
        {%- set ns.total = ns.total + (0.2 if word in light else 1) -%}
    {%- endfor -%}
    {{ return(2 * ns.shared / ns.total if ns.total else 0.0) }}
{% endmacro %}
