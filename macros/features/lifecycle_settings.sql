{#- covey_lifecycle over its defaults; stops where something is wrong with it. -#}
{% macro lifecycle_settings(given=none) %}
    {%- set given = (covey.setting('covey_lifecycle') or {}) if given is none else given -%}
    {%- set problems = covey.lifecycle_problems(given) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(
            'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
        ) }}
    {%- endif -%}
    {{ return(covey.settings_merged('covey_lifecycle', given)) }}
{% endmacro %}
