-- One row per customer the models are fitted on: those first by key, which is a hash, so the sample
-- is random, yet the same on every engine and in every run.
with feature_matrix as (
    select
        *,
        row_number() over (order by customer_key) as sample_position
    from {{ ref('feature_matrix') }}
),

customer_groups as (
    select *
    from {{ ref('customer_groups') }}
),

final as (
    select
        feature_matrix.customer_key{% for group in covey.group_names() %},
        customer_groups.{{ group }}{% endfor %}{% for feature in covey.feature_names() %},
        feature_matrix.{{ feature }}{% endfor %}
    from feature_matrix
    inner join customer_groups
        on feature_matrix.customer_key = customer_groups.customer_key
    where feature_matrix.sample_position <= {{ var('covey_fit_sample_size') }}
)

select * from final
