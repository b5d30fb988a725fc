-- One row per segmentation, customer and feature whose value lies outside the bounds of its rule.
with feature_matrix as (
    select *
    from {{ ref('feature_matrix') }}
),

bounds as (
    select
        segmentation,
        feature,
        term as outlier_rule,
        max(case when parameter in ('clip_lower', 'flag_lower') then value end) as lower_bound,
        max(case when parameter in ('clip_upper', 'flag_upper') then value end) as upper_bound,
        max(case when parameter = 'clip_lower' then 1 else 0 end) = 1 as is_winsorised
    from {{ ref('segment_model_parameters') }}
    where
        parameter in ('clip_lower', 'clip_upper', 'flag_lower', 'flag_upper')
        and term <> '(none)'
    group by segmentation, feature, term
),

-- A feature without bounds costs nothing: it joins no row.
final as (
    {%- for feature in covey.feature_names() %}
    select
        bounds.segmentation,
        feature_matrix.customer_key,
        bounds.feature,
        bounds.outlier_rule,
        feature_matrix.{{ feature }} as feature_value,
        bounds.lower_bound,
        bounds.upper_bound,
        bounds.is_winsorised,
        feature_matrix.as_of_date
    from feature_matrix
    inner join bounds
        on bounds.feature = '{{ feature }}'
    where
        feature_matrix.{{ feature }} < bounds.lower_bound
        or feature_matrix.{{ feature }} > bounds.upper_bound
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
