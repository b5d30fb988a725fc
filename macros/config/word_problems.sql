{#- Vars that must be one of a few words and are not. -#}
{% macro word_problems() %}
    {%- set words = {'covey_retrain': ['auto', 'always', 'never', 'update']} -%}
    {%- set problems = [] -%}
    {%- for name, known in words.items() if var(name) not in known -%}
        {%- do problems.append(
            name ~ ' must be one of ' ~ known | join(', ') ~ ', and is ' ~ var(name)
            ~ '. Did you mean "' ~ covey.closest_name(var(name) | string, known) ~ '"?'
        ) -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
