{#- The known name that is most like a misspelt one. -#}
{% macro closest_name(name, known_names) %}
    {%- set best = namespace(name=none, score=-1) -%}
    {%- for known in known_names -%}
        {%- set score = covey.likeness(name, known) -%}
        {%- if score > best.score -%}
            {%- set best.name = known -%}
            {%- set best.score = score -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{% endmacro %}
