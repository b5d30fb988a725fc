{#- covey_rfm over its defaults; stops where something is wrong with it. -#}
{% macro rfm_settings(given=none) %}
    {%- set given = (covey.setting('covey_rfm') or {}) if given is none else given -%}
    {%- set problems = covey.rfm_problems(given) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(
            'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
        ) }}
    {%- endif -%}
    {{ return(covey.settings_merged('covey_rfm', given)) }}
{% endmacro %}
