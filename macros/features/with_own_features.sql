{#- Names of features, and after them those of the models that covey_feature_models names; stops where
    something is wrong with one. -#}
{% macro with_own_features(shipped) %}
    {%- set own = covey.setting('covey_feature_models') or {} -%}
    {%- set problems = covey.feature_model_problems(own, shipped) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(
            'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
        ) }}
    {%- endif -%}
    {{ return(shipped + own.values() | sum(start=[])) }}
{% endmacro %}
