{#- The known name that shares most letter pairs with a misspelt one (Dice coefficient). -#}
{% macro closest_name(name, known_names) %}
    {%- set best = namespace(name=none, score=-1) -%}
    {%- for known in known_names -%}
        {%- set pairs = namespace(shared=0) -%}
        {%- for i in range(known | length - 1) -%}
            {%- if known[i:i + 2] in name | lower -%}
                {%- set pairs.shared = pairs.shared + 1 -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set score = 2 * pairs.shared / (known | length + name | length) -%}
        {%- if score > best.score -%}
            {%- set best.name = known -%}
            {%- set best.score = score -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{% endmacro %}
