{#- What is wrong with covey_lifecycle, as a list of sentences. -#}
{% macro lifecycle_problems(given) %}
    {%- set problems = covey.settings_problems('covey_lifecycle', given) -%}
    {%- if problems -%}
        {{ return(problems) }}
    {%- endif -%}
    {%- set lifecycle = covey.settings_merged('covey_lifecycle', given) -%}
    {%- for entry, value in lifecycle.items() if value < 0 -%}
        {%- do problems.append('covey_lifecycle.' ~ entry ~ ' must not be negative: ' ~ value) -%}
    {%- endfor -%}
    {%- if lifecycle.own_order_days < 2 -%}
        {%- do problems.append(
            'covey_lifecycle.own_order_days must be 2 at least, for one day of orders has no cadence:'
            ~ ' ' ~ lifecycle.own_order_days
        ) -%}
    {%- endif -%}
    {%- if lifecycle.population_lapsed_share > 1 -%}
        {%- do problems.append(
            'covey_lifecycle.population_lapsed_share must be a share, 0 to 1: '
            ~ lifecycle.population_lapsed_share
        ) -%}
    {%- endif -%}
    {%- for at_risk, lapsed in [
        ('own_at_risk_gaps', 'own_lapsed_gaps'),
        ('population_at_risk_share', 'population_lapsed_share'),
        ('fixed_at_risk_days', 'fixed_lapsed_days'),
    ] if lifecycle[at_risk] > lifecycle[lapsed] -%}
        {%- do problems.append(
            'covey_lifecycle.' ~ at_risk ~ ' (' ~ lifecycle[at_risk] ~ ') must not exceed ' ~ lapsed
            ~ ' (' ~ lifecycle[lapsed] ~ ')'
        ) -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
