{#- covey_triggers over its defaults; stops where something is wrong with it. -#}
{% macro trigger_settings(given=none) %}
    {%- set given = (covey.setting('covey_triggers') or {}) if given is none else given -%}
    {%- set problems = covey.trigger_setting_problems(given) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(
            'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
        ) }}
    {%- endif -%}
    {{ return(covey.settings_merged('covey_triggers', given)) }}
{% endmacro %}
