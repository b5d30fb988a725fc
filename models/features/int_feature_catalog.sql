-- One row per feature: the seed feature_catalog, under what covey_feature_catalog_relation says.
{{ config(materialized='view') }}
{%- set relation = var('covey_feature_catalog_relation') %}
{%- set columns = covey.feature_catalog_columns() %}
{%- set own_columns = covey.own_catalog_columns(relation) %}
with feature_catalog as (
    select *
    from {{ ref('feature_catalog') }}
),

own_rows as (
    select
        {{ covey.own_catalog_cell('feature', dbt.type_string(), own_columns) }} as feature
        {%- for name, column in columns.items() %},
        {{ covey.own_catalog_cell(name, column.type, own_columns) }} as {{ name }}{% endfor %}
    {%- if relation %}
    from {{ relation }} as feature_rows
    {%- else %}
    from feature_catalog
    where 1 = 0
    {%- endif %}
),

features as (
    select feature
    from feature_catalog
    union
    select feature
    from own_rows
),

-- An empty cell says nothing: the seed's holds, or for a feature that it does not have the default.
final as (
    select
        features.feature,
        {%- for name, column in columns.items() %}
        coalesce(own_rows.{{ name }}, feature_catalog.{{ name }}, {{ column.default }})
            as {{ name }},
        {%- endfor %}
        own_rows.feature is not null as has_own_row
    from features
    left join feature_catalog
        on features.feature = feature_catalog.feature
    left join own_rows
        on features.feature = own_rows.feature
)

select * from final
