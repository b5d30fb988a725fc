{#- How alike two names are: the share of letter pairs they have in common (Dice), 0 to 1. -#}
{% macro likeness(name, known) %}
    {%- set name = name | lower -%}
    {%- set known = known | lower -%}
    {%- if name == known -%}
        {{ return(1.0) }}
    {%- endif -%}
    {%- set pairs = [] -%}
    {%- for i in range(name | length - 1) -%}
        {%- do pairs.append(name[i:i + 2]) -%}
    {%- endfor -%}
    {%- set total = pairs | length + [known | length - 1, 0] | max -%}
    {%- set ns = namespace(shared=0) -%}
    {%- for i in range(known | length - 1) if known[i:i + 2] in pairs -%}
        {%- do pairs.remove(known[i:i + 2]) -%}
        {%- set ns.shared = ns.shared + 1 -%}
    {%- endfor -%}
    {{ return(2 * ns.shared / total if total else 0.0) }}
{% endmacro %}
