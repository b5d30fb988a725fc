{#- A var that covey does not know is an error: a misspelt relation would be an absent input. -#}
{% macro unknown_var_problems() %}
    {%- set known = covey.declared_vars().keys() | list -%}
    {%- for input in covey.input_names() -%}
        {%- do known.extend(['covey_' ~ input ~ '_relation', 'covey_' ~ input ~ '_columns']) -%}
    {%- endfor -%}
    {%- set problems = [] -%}
    {%- for name in covey.given_vars() if name not in known -%}
        {%- do problems.append(
            'covey has no var ' ~ name ~ '. Did you mean "' ~ covey.closest_name(name, known) ~ '"?'
        ) -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
