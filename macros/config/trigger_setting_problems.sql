{#- What is wrong with covey_triggers, as a list of sentences. -#}
{% macro trigger_setting_problems(given) %}
    {%- set sizes = ['hour', 'day', 'month', 'year'] -%}
    {%- set problems = covey.settings_problems('covey_triggers', given) -%}
    {%- if not problems -%}
        {%- set settings = covey.settings_merged('covey_triggers', given) -%}
        {%- if settings.batch_size not in sizes -%}
            {%- do problems.append(
                'covey_triggers.batch_size must be one of ' ~ sizes | join(', ') ~ ', and is '
                ~ settings.batch_size ~ '. Did you mean "'
                ~ covey.closest_name(settings.batch_size | string, sizes) ~ '"?'
            ) -%}
        {%- endif -%}
        {%- if settings.lookback < 0 -%}
            {%- do problems.append(
                'covey_triggers.lookback must not be negative: ' ~ settings.lookback
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
