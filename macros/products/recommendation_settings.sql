{#- covey_recommendations over its defaults; stops where something is wrong with it. -#}
{% macro recommendation_settings(given=none) %}
    {%- set given = (covey.setting('covey_recommendations') or {}) if given is none else given -%}
    {%- set problems = covey.recommendation_problems(given) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(
            'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
        ) }}
    {%- endif -%}
    {{ return(covey.settings_merged('covey_recommendations', given)) }}
{% endmacro %}
