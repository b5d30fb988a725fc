-- One row per customer who may be profiled: the features of covey, and those of the project's own
-- models. Here alone the two meet.
{{ config(materialized='ephemeral') }}
{%- set own = covey.setting('covey_feature_models') or {} %}
{%- set own_features = own.values() | sum(start=[]) %}
with customer_features as (
    select *
    from {{ ref('customer_features') }}
),
{% for model, columns in own.items() %}
{%- set relation = ref(project_name, model) %}
{%- set problems = covey.feature_column_problems(model, columns, relation) if execute else [] %}
{%- if problems %}{{ exceptions.raise_compiler_error(problems | join('\n')) }}{% endif %}
{{ model }} as (
    select
        customer_key{% for column in columns %},
        {{ column }}{% endfor %}
    from {{ relation }}
),
{% endfor %}
final as (
    select
        customer_features.customer_key,
        {%- for feature in covey.feature_names() if feature not in own_features %}
        customer_features.{{ feature }},
        {%- endfor %}
        {%- for model, columns in own.items() %}
        {%- for column in columns %}
        {{ model }}.{{ column }},
        {%- endfor %}
        {%- endfor %}
        customer_features.as_of_date
    from customer_features
    {%- for model in own %}
    left join {{ model }}
        on customer_features.customer_key = {{ model }}.customer_key
    {%- endfor %}
)

select * from final
