{#- What is wrong with covey_recommendations, as a list of sentences. -#}
{% macro recommendation_problems(given) %}
    {%- set problems = covey.settings_problems('covey_recommendations', given) -%}
    {%- if problems -%}
        {{ return(problems) }}
    {%- endif -%}
    {%- set settings = covey.settings_merged('covey_recommendations', given) -%}
    {%- for entry, value in settings.items() if value is not integer or value < 1 -%}
        {%- do problems.append(
            'covey_recommendations.' ~ entry ~ ' must be a whole number, 1 at least, and is ' ~ value
        ) -%}
    {%- endfor -%}
    {%- if not problems and settings.candidates_per_segment < settings.list_size -%}
        {%- do problems.append(
            'covey_recommendations.candidates_per_segment (' ~ settings.candidates_per_segment
            ~ ') must not be less than list_size (' ~ settings.list_size ~ ')'
        ) -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
