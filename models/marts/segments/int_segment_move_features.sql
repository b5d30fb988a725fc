{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='valid_from',
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['covey_history'],
    post_hook="{{ covey.forget_moves() }}"
) }}
-- One row per segmentation, customer, move and feature: how it changed, and how far that led from
-- the centre of the segment before to that of the new one. A log, to which a run adds its day.
{%- set own = covey.setting('covey_feature_models') or {} %}
{%- set own_features = own.values() | sum(start=[]) %}
{%- set own_names = own_features | join("', '") %}
{%- set features = covey.feature_names() | reject('in', own_features) | list %}
with moves as (
    select *
    from {{ ref('int_segment_moves') }}
),

feature_history as (
    select *
    from {{ ref('customer_feature_history') }}
),

feature_values as (
    select
        customer_key,
        feature,
        feature_value
    from {{ ref('feature_values') }}
    where {{ covey.is_finite('feature_value') }}
),

centres as (
    select *
    from {{ ref('int_segment_centres') }}
),

compared as (
    select distinct
        customer_key,
        compared_date
    from moves
),

features_before as (
    select feature_history.*
    from feature_history
    inner join compared
        on
            feature_history.customer_key = compared.customer_key
            and feature_history.as_of_date = compared.compared_date
),

values_before as (
    {%- for feature in features %}
    select
        customer_key,
        '{{ feature }}' as feature,
        cast({{ feature }} as {{ covey.type_double() }}) as feature_value,
        as_of_date
    from features_before
    where {{ covey.is_finite('cast(' ~ feature ~ ' as ' ~ covey.type_double() ~ ')') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- A missing value counts as the mean of all customers.
moved_features as (
    select
        moves.segmentation,
        moves.customer_key,
        moves.segment_id,
        moves.previous_segment_id,
        centres.feature,
        values_before.feature_value as value_before,
        feature_values.feature_value as value_now,
        coalesce(
            (
                {{ covey.logged_value('values_before.feature_value', 'centres.is_logged') }}
                - centres.population_mean
            ) / centres.population_sd,
            0
        ) as z_before,
        coalesce(
            (
                {{ covey.logged_value('feature_values.feature_value', 'centres.is_logged') }}
                - centres.population_mean
            ) / centres.population_sd,
            0
        ) as z_now,
        power(centres.weight, 2) * (centres.centre - previous_centres.centre) as direction,
        (centres.centre + previous_centres.centre) / 2 as midpoint,
        moves.compared_date,
        moves.valid_from
    from moves
    inner join centres
        on
            moves.segmentation = centres.segmentation
            and moves.segment_id = centres.segment_id
    inner join centres as previous_centres
        on
            moves.segmentation = previous_centres.segmentation
            and moves.previous_segment_id = previous_centres.segment_id
            and centres.feature = previous_centres.feature
    left join values_before
        on
            moves.customer_key = values_before.customer_key
            and moves.compared_date = values_before.as_of_date
            and centres.feature = values_before.feature
    left join feature_values
        on
            moves.customer_key = feature_values.customer_key
            and centres.feature = feature_values.feature
    -- The history does not hold the features of the project's own models.
    where centres.feature not in ('{{ own_names }}')
),

final as (
    select
        segmentation,
        customer_key,
        segment_id,
        previous_segment_id,
        feature,
        value_before,
        value_now,
        z_now - z_before as change_sd,
        direction * (z_before - midpoint) as lead_before,
        direction * (z_now - z_before) as lead_gained,
        compared_date,
        valid_from
    from moved_features
)

select * from final
